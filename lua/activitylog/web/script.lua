-- The script of a page that a server makes: what is in a record is asked for
-- when its row is opened. Without it a link there leads to the same.
return [[

"use strict";
document.querySelector(".log")?.addEventListener("toggle", async event => {
  const box = event.target.querySelector(".box");
  const link = box.querySelector(".ask");
  if (!event.target.open || !link)
    return;
  const answer = await fetch(link.href);
  const page = new DOMParser().parseFromString(await answer.text(),
                                               "text/html");
  const details = page.querySelector(".box");
  if (answer.ok && details)
    box.replaceWith(details);
}, true);
]]
