// Runs in the head, before the first paint: marks that scripts run, and applies the theme an agent has chosen.
// The key and its values ("auto", "light", "dark") are those of Django admin, so that desk and admin agree.
(function () {
  const root = document.documentElement;
  root.classList.add("js");

  function stored() {
    try {
      return localStorage.getItem("theme") || "auto";
    } catch {
      return "auto";
    }
  }

  function apply(theme) {
    root.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-set-theme]")) {
      button.setAttribute("aria-pressed", String(button.dataset.setTheme === theme));
    }
  }

  apply(stored());
  document.addEventListener("DOMContentLoaded", () => apply(stored()));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-set-theme]");
    if (!button) return;
    apply(button.dataset.setTheme);
    try {
      localStorage.setItem("theme", button.dataset.setTheme);
    } catch {
      // Storage is closed to us (private window): the choice holds for this page.
    }
  });
})();
