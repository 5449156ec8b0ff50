/** On a wall or a television: larger, always on, without a field to write in or a pointer that nobody moves. */

const IDLE_MS = 3000;

export function kiosk() {
  const classes = document.documentElement.classList;
  let timer = 0;
  const moved = () => {
    classes.remove("idle");
    clearTimeout(timer);
    timer = setTimeout(() => classes.add("idle"), IDLE_MS);
  };
  classes.add("kiosk");
  addEventListener("pointermove", moved);
  addEventListener("pointerdown", moved);
  moved();
  stayAwake();
  // Browsers let the screen go whenever the page is hidden.
  document.addEventListener("visibilitychange", stayAwake);
}

async function stayAwake() {
  if (document.visibilityState === "visible") await navigator.wakeLock?.request("screen").catch(() => null);
}
