"use strict";
(() => {
  const filter = document.getElementById("filter");
  if (!filter) return;
  const search = document.getElementById("zoek");
  const verdict = document.getElementById("oordeel");
  const count = document.getElementById("aantal");
  const nothing = document.getElementById("niets");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const entries = [...document.querySelectorAll("article.sec")].map((article) => ({
    article,
    node: document.querySelector(`li[data-for="${article.id}"]`),
    text: null,
  }));
  const nodes = entries.map((entry) => entry.node);

  function fits(entry, words, wanted) {
    const { article } = entry;
    const { verdict: own, traits } = article.dataset;
    if (wanted && own !== wanted && !traits.split(" ").includes(wanted)) return false;
    if (words.length === 0) return true;
    entry.text ??= plain(article.textContent);
    return words.every((word) => entry.text.includes(word));
  }

  function apply() {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    const wanted = verdict.value;
    let shown = 0;
    for (const node of nodes) node.hidden = false;
    for (const entry of entries) {
      const visible = fits(entry, words, wanted);
      entry.article.hidden = !visible;
      entry.node.classList.toggle("off", !visible);
      shown += visible ? 1 : 0;
    }
    // A branch goes only when nothing in it is left; its parents keep the way to what is.
    for (const node of nodes) {
      node.hidden = node.classList.contains("off") && !node.querySelector("li:not(.off)");
    }
    const filtered = words.length > 0 || wanted !== "";
    count.textContent = filtered ? `${shown} van ${entries.length} paragrafen` : "";
    nothing.hidden = shown > 0;
  }

  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(apply, 150);
  });
  verdict.addEventListener("change", apply);

  // A link to a section that the filter hides shows it again.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const article = target && target.closest("article.sec");
    if (article && article.hidden) {
      search.value = "";
      verdict.value = "";
      apply();
    }
  });

  const tree = document.getElementById("boom");
  if (matchMedia("(max-width: 900px)").matches) tree.open = false;
  // Paper cannot be unfolded: what matters is opened for it, and closed again.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:is(.deal-box, .unfold):not([open])")];
    for (const box of opened) box.open = true;
  });
  addEventListener("afterprint", () => {
    for (const box of opened) box.open = false;
  });
  filter.hidden = false;
})();
