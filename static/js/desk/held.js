// What can be taken back says for how long, and goes when it cannot any more.
for (const place of document.querySelectorAll("[data-held-until]")) {
  const until = new Date(place.dataset.heldUntil).getTime();
  const left = document.createElement("span");
  left.className = "faint";
  left.setAttribute("aria-hidden", "true");
  place.querySelector("button")?.before(left, " ");
  const tick = () => {
    const seconds = Math.ceil((until - Date.now()) / 1000);
    if (seconds <= 0) {
      place.hidden = true;
      clearInterval(timer);
    }
    left.textContent = `${Math.max(seconds, 0)} s`;
  };
  const timer = setInterval(tick, 250);
  tick();
}
