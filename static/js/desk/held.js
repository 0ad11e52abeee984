// What can be taken back says for how long, and goes when it cannot any more.
for (const place of document.querySelectorAll("[data-held-until]")) {
  // From the server's clock to the server's clock: that of the computer may be wrong.
  const ends = performance.now() + (new Date(place.dataset.heldUntil) - new Date(place.dataset.heldNow));
  const left = place.querySelector("[data-held-left]");
  const tick = () => {
    const seconds = Math.ceil((ends - performance.now()) / 1000);
    if (left) left.textContent = `${Math.max(seconds, 0)} s`;
    if (seconds > 0) return;
    place.hidden = true;
    if (place.nextElementSibling?.matches("[data-when-left]")) place.nextElementSibling.hidden = false;
    clearInterval(timer);
  };
  const timer = setInterval(tick, 250);
  tick();
}
