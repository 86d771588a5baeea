"use strict";
(() => {
  const compare = new Intl.Collator("nl", { numeric: true }).compare;
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const key = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent;
        const numeric = (row) => row.cells[column].matches(".num, .heat");
        const rows = [...table.tBodies[0].rows].sort((a, b) =>
          numeric(a) ? Number(key(a)) - Number(key(b)) : compare(key(a), key(b)));
        table.tBodies[0].append(...(down ? rows.reverse() : rows));
      });
    });
  }
  const hint = document.getElementById("sorteer");
  if (hint) hint.hidden = false;
})();
