/* A button that opens the print dialogue; without this script the page says how to print instead. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
document.querySelectorAll(".without-script").forEach((hint) => { hint.hidden = true; });
