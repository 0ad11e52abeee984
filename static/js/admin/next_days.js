// Draws the next 14 days of a calendar anew while it is changed: posts the form as the button "Show the next 14 days"
// does, which saves nothing, and takes the drawing out of the page that comes back.
const PAUSE = 300;
const drawing = () => document.querySelector("[data-next-days]");
const form = drawing()?.closest("form");

if (form) {
  let timer = null;
  let asked = null;

  const draw = async () => {
    asked?.abort();
    asked = new AbortController();
    const body = new FormData(form);
    body.set("_preview", "1");
    try {
      const answer = await fetch(location.href, { method: "POST", body, signal: asked.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const drawn = page.querySelector("[data-next-days]");
      if (drawn) drawing().replaceWith(drawn);
    } catch {
      // Overtaken by a newer change, or no network: the button still works, and says what is wrong.
    }
  };

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(draw, PAUSE);
  };

  form.addEventListener("input", soon);
  form.addEventListener("submit", () => clearTimeout(timer));
  document.addEventListener("formset:removed", soon);
}
