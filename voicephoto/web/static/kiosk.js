/** On a wall or a television: larger, without a field to write in, and without a pointer that nobody moves. */

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
}
