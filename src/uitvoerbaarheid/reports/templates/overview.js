(() => {
  const search = document.getElementById("zoek");
  if (!search) return;
  const kind = document.getElementById("soort");
  const authority = document.getElementById("overheid");
  const all = document.getElementById("alles");
  const count = document.getElementById("aantal");
  const nothing = document.getElementById("niets");
  const rows = [...document.querySelectorAll("tr[data-kind]")];
  const documents = document.getElementById("lijst").tBodies[0].rows.length;
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const texts = new Map(rows.map((row) => [row, plain(row.dataset.words)]));

  // The ranking and the map of criteria show the same documents.
  function apply() {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits = (!kind.value || row.dataset.kind === kind.value)
        && (!authority.value || row.dataset.authority === authority.value)
        && words.every((word) => texts.get(row).includes(word));
      row.hidden = !fits;
      shown += fits && row.closest("#lijst") ? 1 : 0;
    }
    const filtered = words.length > 0 || kind.value || authority.value;
    const total = `${documents} ${documents === 1 ? "document" : "documenten"}`;
    count.textContent = filtered ? `${shown} van ${total}` : total;
    nothing.hidden = shown > 0;
    all.hidden = !filtered;
  }

  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(apply, 150);
  });
  kind.addEventListener("change", apply);
  authority.addEventListener("change", apply);
  all.addEventListener("click", () => {
    search.value = kind.value = authority.value = "";
    apply();
    search.focus();
  });
  apply();
})();
