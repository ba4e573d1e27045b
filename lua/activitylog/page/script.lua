-- The script of the log's page: search, filter and order. All else is there
-- without it.
return [[

"use strict";
{
  const body = document.querySelector(".log > tbody");
  const headers = document.querySelectorAll(".log > thead th:not(.more)");
  const search = document.getElementById("search");
  const operation = document.getElementById("operation");
  const count = document.getElementById("count");
  const none = document.getElementById("none");
  const initialCount = count.textContent;
  const collator = new Intl.Collator(document.documentElement.lang,
                                     { numeric: true });
  const rows = Array.from(body.rows, (element, index) => ({ element, index }));

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

  function show() {
    const name = plain(search.value.trim());
    let shown = 0;
    for (const row of rows) {
      const fit = fits(row, name);
      row.element.hidden = !fit;
      shown += fit;
    }
    none.hidden = shown > 0;
    count.textContent = shown === rows.length ? initialCount :
      `${count.dataset.label}: ${shown} / ${rows.length}`;
  }

  // The page comes in the order of time, so that dates need not be read.
  function compare(column, newestFirst) {
    if (column === 0)
      return (a, b) => newestFirst ? b.index - a.index : a.index - b.index;
    for (const row of rows)
      row.text = text(row, column);
    return (a, b) => collator.compare(a.text, b.text) || a.index - b.index;
  }

  const newestFirst = headers[0].ariaSort === "descending";

  function sort(column) {
    const header = headers[column];
    const first = column === 0 ? "descending" : "ascending";
    const other = column === 0 ? "ascending" : "descending";
    const order = header.ariaSort === first ? other : first;
    rows.sort(compare(column, newestFirst));
    if (order === "descending")
      rows.reverse();
    for (const row of rows)
      body.append(row.element);
    for (const one of headers)
      one.ariaSort = null;
    header.ariaSort = order;
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
