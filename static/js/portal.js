/* Only improves: every page works without it.
   - moves the focus to what went wrong, after loading and after a fragment was exchanged
   - says aloud what changed
   - lets a form go out once
   - closes open menus with Escape or a click elsewhere */

const announcer = document.getElementById("durchsage");

function announce(text) {
  if (!announcer) return;
  announcer.textContent = "";
  // A region must change to be read; the short pause also lets a moved focus be read first.
  setTimeout(() => { announcer.textContent = text; }, 150);
}

function focusOn(element) {
  if (!element.matches("a[href], button, input, select, textarea, summary, [tabindex]")) element.tabIndex = -1;
  element.focus();
}

function focusErrors(root) {
  const summary = root.querySelector(".error-summary");
  if (summary) focusOn(summary);
  return Boolean(summary);
}

focusErrors(document);

/* The link in the summary goes into the field itself, not only near it. */
document.addEventListener("click", (event) => {
  const link = event.target.closest(".error-summary a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.scrollIntoView({ block: "center" });
});

/* --- one submit is enough ---------------------------------------------------------------------------------------- */

const LOCKED_FOR_MS = 10000;

function unlock(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[data-waiting]")) {
    button.removeAttribute("aria-disabled");
    delete button.dataset.waiting;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const method = event.submitter?.getAttribute("formmethod") || form.getAttribute("method") || "get";
  if (method.toLowerCase() !== "post" && !form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter || form.querySelector("button:not([type=button])");
  if (button) {
    // Not `disabled`: the name and value of the button must go out with the form, and the focus must stay.
    button.dataset.waiting = "1";
    button.setAttribute("aria-disabled", "true");
  }
  setTimeout(() => unlock(form), LOCKED_FOR_MS);
}, true);

/* Back to a page the browser kept: its forms may be sent again. */
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(unlock);
});

/* --- fragments (htmx) --------------------------------------------------------------------------------------------- */

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest("form");
  if (form) unlock(form);
});

document.addEventListener("htmx:afterSettle", (event) => {
  const target = event.detail.target.isConnected ? event.detail.target : event.detail.elt;
  if (!target || !target.isConnected) return;
  const news = target.matches("[data-announce]") ? target : target.querySelector("[data-announce]");
  if (news) announce(news.dataset.announce || news.textContent.trim());
  if (focusErrors(target)) return;
  const wanted = target.querySelector("[autofocus], [data-focus]");
  if (wanted) focusOn(wanted);
  else if (document.activeElement === document.body) focusOn(target);
});

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    const text = announcer?.dataset.failed || "";
    announce(text);
    const beside = event.detail.elt;
    beside.parentElement?.querySelector(":scope > .htmx-failed")?.remove();
    const note = document.createElement("p");
    note.className = "field-error htmx-failed";
    note.textContent = text;
    beside.after(note);
  });
}

/* --- menus --------------------------------------------------------------------------------------------------------- */

/* Popovers close by themselves; these are for `<details class="menu">`. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

/* A menu that was opened on the phone must not lie over the page when it is turned or widened. */
matchMedia("(min-width: 60.01rem)").addEventListener("change", () => {
  document.getElementById("hauptmenue")?.hidePopover?.();
});
