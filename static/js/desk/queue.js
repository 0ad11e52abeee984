// The queue by keyboard (j and k move, Enter opens), and filters that apply as soon as one is chosen.
const rows = [...document.querySelectorAll("[data-queue] tbody tr")];
const subjectOf = (row) => row.querySelector(".q-subject");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const step = { j: 1, k: -1 }[event.key];
  if (!step || !rows.length) return;
  event.preventDefault();
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + step, 0), rows.length - 1);
  subjectOf(rows[next]).focus();
});

for (const form of document.querySelectorAll("form[data-auto-submit]")) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select")) form.requestSubmit();
  });
  // Addresses stay short: what is not set is not sent.
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
  });
}
