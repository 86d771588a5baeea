"use strict";
(() => {
  const filter = document.getElementById("filter");
  if (!filter) return;
  const search = document.getElementById("zoek");
  const kind = document.getElementById("soort");
  const choice = document.getElementById("keuze");
  const boxes = [...choice.querySelectorAll("input")];
  const count = document.getElementById("aantal");
  const nothing = document.getElementById("niets");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const entries = [...document.querySelectorAll("article.pair")].map((article) => ({
    article,
    changes: [...article.querySelectorAll("[data-change]")],
    text: null,
  }));

  function apply() {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let shown = 0;
    for (const entry of entries) {
      const { article, changes } = entry;
      let left = 0;
      for (const change of changes) {
        change.hidden = !wanted.has(change.dataset.change);
        left += change.hidden ? 0 : 1;
      }
      let visible = left > 0 && (!kind.value || article.dataset.kind === kind.value);
      if (visible && words.length > 0) {
        entry.text ??= plain(article.textContent);
        visible = words.every((word) => entry.text.includes(word));
      }
      article.hidden = !visible;
      shown += visible ? 1 : 0;
    }
    const filtered = words.length > 0 || kind.value !== "" || wanted.size < boxes.length;
    const total = `${entries.length} ${entries.length === 1 ? "paragraaf" : "paragrafen"}`;
    count.textContent = filtered ? `${shown} van ${total}` : "";
    nothing.hidden = shown > 0;
  }

  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(apply, 150);
  });
  kind.addEventListener("change", apply);
  for (const box of boxes) box.addEventListener("change", apply);

  // A link to a section that the filter hides shows it again.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (target && target.hidden) {
      search.value = "";
      kind.value = "";
      for (const box of boxes) box.checked = true;
      apply();
    }
  });

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:is(.texts, .unfold):not([open])")];
    for (const box of opened) box.open = true;
  });
  addEventListener("afterprint", () => {
    for (const box of opened) box.open = false;
  });
  filter.hidden = false;
  choice.hidden = false;
})();
