"use strict";
// Tables of class "sortable": every column name becomes a button that sorts by that column. Rows without a
// value come last; the column with "data-order" brings back the first order.
(() => {
  document.documentElement.classList.add("js");
  const { compare } = new Intl.Collator("nl", { numeric: true });
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    const rows = [...table.tBodies[0].rows];

    function key(head, row, index) {
      if ("order" in head.dataset) return index;
      const cell = row.cells[head.cellIndex];
      const text = (cell.dataset.sort ?? cell.textContent).trim();
      if (text === "" || text === "—") return null;
      return head.matches(".num") ? Number(text) : text;
    }

    function sort(head) {
      const now = head.getAttribute("aria-sort");
      const down = now ? now === "ascending" : head.dataset.first === "down";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const items = rows.map((row, index) => ({ row, index, key: key(head, row, index) }));
      items.sort((a, b) => {
        if (a.key === null || b.key === null) return (a.key === null) - (b.key === null) || a.index - b.index;
        const found = head.matches(".num, [data-order]") ? a.key - b.key : compare(a.key, b.key);
        return (down ? -found : found) || a.index - b.index;
      });
      table.tBodies[0].append(...items.map((item) => item.row));
      table.dispatchEvent(new CustomEvent("sorted", { detail: head }));
    }

    for (const head of heads) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(head));
    }
  }
})();
