/* The project page: forms open in their place, and only ask what fits. Everything works without this file. */

/* --- panels: where the focus goes when one is closed again ---------------------------------------------------------- */

const openers = new Map();

document.addEventListener("htmx:beforeRequest", (event) => {
  const link = event.detail.elt;
  if (link.matches("a[hx-get][hx-target]")) openers.set(link.getAttribute("hx-target"), link);
});

document.addEventListener("click", (event) => {
  const dismiss = event.target.closest("[data-dismiss]");
  const slot = dismiss?.closest(".slot");
  if (!slot) return;
  event.preventDefault();
  slot.replaceChildren();
  const opener = openers.get(`#${slot.id}`);
  if (opener?.isConnected) opener.focus();
});

/* Somebody whose session is over is led to the log-in page, not shown it inside a panel. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = event.detail;
  if (!xhr.responseURL) return;
  const answered = new URL(xhr.responseURL).pathname;
  if (answered === new URL(pathInfo.requestPath, location.href).pathname) return;
  event.detail.shouldSwap = false;
  location.assign(`${answered}?next=${encodeURIComponent(location.pathname)}`);
});

/* --- a contribution: the unit of its category, and only the quantities that make sense ------------------------------ */

function unitBeside(input) {
  let wrap = input.closest(".with-unit");
  if (!wrap) {
    wrap = document.createElement("div");
    wrap.className = "with-unit";
    input.replaceWith(wrap);
    const unit = document.createElement("span");
    unit.className = "unit";
    unit.id = `${input.id}_unit`;
    wrap.append(input, unit);
    const described = input.getAttribute("aria-describedby");
    input.setAttribute("aria-describedby", described ? `${described} ${unit.id}` : unit.id);
  }
  return wrap.querySelector(".unit");
}

function fit(part) {
  const select = part.querySelector("select[data-units]");
  const unit = JSON.parse(select.dataset.units)[select.value];
  const state = part.querySelector("input[name=state]:checked")?.value;
  for (const [name, fits] of [["planned_quantity", true], ["delivered_quantity", !state || state === "erbracht"]]) {
    const input = part.querySelector(`input[name=${name}]`);
    if (!input) continue;
    // What was typed and refused stays in sight, so that it can be mended.
    const show = (fits && unit !== "") || input.closest(".has-error");
    input.closest(".field").hidden = !show;
    input.disabled = !show;
    unitBeside(input).textContent = unit || "";
  }
}

function fitAll(root) {
  root.querySelectorAll(".by-category").forEach(fit);
}

document.addEventListener("change", (event) => {
  const part = event.target.closest(".by-category");
  if (part) fit(part);
});

document.addEventListener("htmx:load", (event) => fitAll(event.detail.elt.parentElement ?? document));
fitAll(document);
