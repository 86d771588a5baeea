(() => {
  const table = document.getElementById("lijst");
  if (!table) return;
  const search = document.getElementById("zoek");
  const verdict = document.getElementById("oordeel");
  const criterion = document.getElementById("criterium");
  const all = document.getElementById("alles");
  const count = document.getElementById("aantal");
  const nothing = document.getElementById("niets");
  const target = (link) => document.getElementById(decodeURIComponent(link.hash.slice(1)));
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  const nodes = new Map([...document.querySelectorAll("li[data-for]")].map((node) => [node.dataset.for, node]));
  const entries = [...table.tBodies[0].rows].map((row) => {
    const article = target(row.querySelector("a"));
    return { row, article, node: nodes.get(article.id), text: null };
  });

  // Filter: the table, the contents and the texts show the same sections.
  function fits(entry, words) {
    const { verdict: own, traits, criteria } = entry.row.dataset;
    if (verdict.value && own !== verdict.value && !traits.split(" ").includes(verdict.value)) return false;
    const [index, values] = criterion.value.split(" ");
    if (values && !(criteria && values.includes(criteria[index]))) return false;
    if (words.length === 0) return true;
    entry.text ??= plain(entry.article.textContent);
    return words.every((word) => entry.text.includes(word));
  }

  function apply() {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const entry of entries) {
      const visible = fits(entry, words);
      entry.row.hidden = entry.article.hidden = !visible;
      entry.node.classList.toggle("off", !visible);
      shown += visible ? 1 : 0;
    }
    // A branch goes only when nothing in it is left; its parents keep the way to what is.
    const kept = new Set();
    for (const { node, row } of entries) {
      for (let up = row.hidden ? null : node; up && !kept.has(up); up = up.parentElement.closest("li")) kept.add(up);
    }
    for (const { node } of entries) node.hidden = !kept.has(node);
    const filtered = words.length > 0 || verdict.value || criterion.value;
    const total = `${entries.length} ${entries.length === 1 ? "paragraaf" : "paragrafen"}`;
    count.textContent = filtered ? `${shown} van ${total}` : total;
    nothing.hidden = shown > 0;
    all.hidden = !filtered;
  }

  function showAll() {
    search.value = verdict.value = criterion.value = "";
    apply();
  }

  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(apply, 150);
  });
  verdict.addEventListener("change", apply);
  criterion.addEventListener("change", apply);
  all.addEventListener("click", () => {
    showAll();
    search.focus();
  });

  // Out of the document's order a heading needs the ones above it to be understood.
  table.addEventListener("sorted", ({ detail: head }) => {
    table.classList.toggle("flat", !("order" in head.dataset && head.ariaSort === "ascending"));
    for (const { row, article } of entries) {
      const path = article.querySelector(".path");
      if (!path || row.querySelector("small")) continue;
      const small = document.createElement("small");
      small.textContent = path.textContent;
      row.cells[0].append(small);
    }
  });

  // A link to a section that the filter hides shows it again.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && target(link)?.closest("article.sec")?.hidden) showAll();
  });

  // The evidence of a section, made when it is asked for: type, words and page of every mark in its text.
  const names = new Map([...document.querySelectorAll(".legend mark")].map((mark) => [mark.className, mark.textContent]));
  const original = document.getElementById("teksten").dataset.original;

  function pageOf(number) {
    const made = document.createElement(original ? "a" : "span");
    made.className = "pg";
    made.textContent = `p. ${number}`;
    if (original) {
      made.href = `${original}#page=${number}`;
      made.target = "_blank";
    }
    return made;
  }

  function listEvidence(box) {
    const article = box.closest("article");
    let page = article.dataset.page;
    const made = document.createElement("table");
    made.className = "grid";
    made.createTHead().innerHTML = '<tr><th scope="col">Soort</th><th scope="col">Woorden</th><th scope="col">Blz.</th></tr>';
    const body = made.createTBody();
    for (const found of article.querySelectorAll(".text :is(.pg, mark.a)")) {
      if (found.matches(".pg")) {
        page = found.textContent.replace(/\D/g, "");
        continue;
      }
      const row = body.insertRow();
      const type = row.insertCell();
      type.textContent = names.get(found.classList[0]);
      const said = found.title.split(": ").slice(1).join(": ");
      if (said) type.append(document.createElement("br"), Object.assign(document.createElement("small"), { textContent: said }));
      const link = Object.assign(document.createElement("a"), { href: `#${found.id}`, textContent: found.textContent });
      row.insertCell().append(link);
      const cell = row.insertCell();
      if (page) cell.append(pageOf(page));
    }
    const scroll = Object.assign(document.createElement("div"), { className: "scroll", tabIndex: 0 });
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", "Bewijs");
    scroll.append(made);
    box.append(scroll);
  }

  for (const box of document.querySelectorAll("details.found")) {
    box.addEventListener("toggle", () => listEvidence(box), { once: true });
  }

  // The strip is one stop for the Tab key; the arrows walk along it.
  const cells = [...document.querySelectorAll("#strook .cell")];
  cells[0].tabIndex = 0;
  document.getElementById("strook").addEventListener("keydown", (event) => {
    const here = cells.indexOf(document.activeElement);
    const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: cells.length - 1 }[event.key];
    if (here < 0 || !cells[to]) return;
    event.preventDefault();
    cells[here].tabIndex = -1;
    cells[to].tabIndex = 0;
    cells[to].focus();
  });

  if (matchMedia("(max-width: 900px)").matches) document.getElementById("boom").open = false;
  // Paper cannot be unfolded: what matters is opened for it, and closed again.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:is(.deal-box:not(.found), .unfold):not([open])")];
    for (const box of opened) box.open = true;
  });
  addEventListener("afterprint", () => {
    for (const box of opened) box.open = false;
  });
  apply();
})();
