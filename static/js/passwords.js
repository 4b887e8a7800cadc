/* A button beside every password field that shows what was typed. Without this file the field just stays hidden. */

const words = {
  de: { show: "Zeigen", hide: "Verbergen", showed: "Passwort ist zu sehen", hid: "Passwort ist verborgen" },
  en: { show: "Show", hide: "Hide", showed: "The password can be seen", hid: "The password is hidden" },
}[document.documentElement.lang] ?? {};

function addButton(input) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button plain";
  button.textContent = words.show;
  button.setAttribute("aria-controls", input.id);

  const status = document.createElement("span");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");

  const pair = document.createElement("div");
  pair.className = "reveal";
  input.before(pair);
  pair.append(input, button, status);

  const show = (visible) => {
    input.type = visible ? "text" : "password";
    button.textContent = visible ? words.hide : words.show;
  };
  button.addEventListener("click", () => {
    const visible = input.type === "password";
    show(visible);
    status.textContent = visible ? words.showed : words.hid;
  });
  // Browsers keep what stood in a visible text field; a password must leave as one.
  input.form?.addEventListener("submit", () => show(false));
}

if (words.show) document.querySelectorAll("input[type=password]").forEach(addButton);
