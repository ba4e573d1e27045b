-- The script of the log's page: search, filter and order. All else is there
-- without it.
return [[

"use strict";
{
  const groups = Array.from(document.querySelectorAll(".log > tbody"));
  const groupSize = groups[0].rows.length;
  const headers = document.querySelectorAll(".log > thead th:not(.more)");
  const search = document.getElementById("search");
  const operation = document.getElementById("operation");
  const count = document.getElementById("count");
  const none = document.getElementById("none");
  const initialCount = count.textContent;
  const newestFirst = headers[0].ariaSort === "descending";
  const collator = new Intl.Collator(document.documentElement.lang,
                                     { numeric: true });
  const rows = Array.from(document.querySelectorAll(".log > tbody > tr"),
                          (element, index) => ({ element, index }));

  // Case and accents do not matter to a search.
  function plain(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toUpperCase();
  }

  function text(row, column) {
    return row.element.cells[column].textContent;
  }

  function fits(row, name) {
    if (operation.selectedIndex > 0 &&
        row.element.dataset.operation !== operation.value)
      return false;
    if (name === "")
      return true;
    row.name ??= plain(text(row, 1));
    return row.name.includes(name);
  }

  function members(group) {
    return rows.slice(group * groupSize, (group + 1) * groupSize);
  }

  // A group's height is known by its rows, so that the browser need not make
  // those which nobody sees.
  function show() {
    const name = plain(search.value.trim());
    let shown = 0;
    groups.forEach((element, group) => {
      let inside = 0;
      for (const row of members(group)) {
        const fit = fits(row, name);
        row.element.hidden = !fit;
        inside += fit;
      }
      element.hidden = inside === 0;
      element.style.setProperty("--rows", inside);
      shown += inside;
    });
    none.hidden = shown > 0;
    count.textContent = shown === rows.length ? initialCount :
      `${count.dataset.label}: ${shown} / ${rows.length}`;
  }

  // The page comes in the order of time, so that dates need not be read.
  function rankByTime() {
    for (const row of rows)
      row.rank = newestFirst ? -row.index : row.index;
  }

  // Few texts are different, and to compare them takes long.
  function rankByText(column) {
    for (const row of rows)
      row.text = text(row, column);
    const texts = Array.from(new Set(rows.map(row => row.text)));
    texts.sort(collator.compare);
    const ranks = new Map(texts.map((one, rank) => [one, rank]));
    for (const row of rows)
      row.rank = ranks.get(row.text);
  }

  function sort(column) {
    const [first, other] = column === 0 ? ["descending", "ascending"] :
      ["ascending", "descending"];
    const order = headers[column].ariaSort === first ? other : first;
    const sign = order === "ascending" ? 1 : -1;
    if (column === 0)
      rankByTime();
    else
      rankByText(column);
    rows.sort((a, b) => sign * (a.rank - b.rank) || a.index - b.index);
    groups.forEach((element, group) =>
      element.replaceChildren(...members(group).map(row => row.element)));
    for (const header of headers)
      header.ariaSort = null;
    headers[column].ariaSort = order;
    show();
  }

  headers.forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    button.addEventListener("click", () => sort(column));
    header.replaceChildren(button);
  });

  // Typing goes on while a search would still be at work.
  let timer;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 150);
  });
  operation.addEventListener("change", show);
  document.getElementById("controls").hidden = false;
  show(); // what a browser kept in the fields when the page is loaded again
}
]]
