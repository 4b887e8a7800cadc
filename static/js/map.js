/* The map of what the directory lists: second to the list, and only for those who come near it.
   The server says what is drawn at which zoom; this module draws it, asks again when the map moves, and never asks
   another server unless somebody presses "Show streets". */

const root = document.querySelector("[data-map]");
const part = (name) => root.querySelector(`[data-${name}]`);
const said = root.dataset;
const canvas = part("canvas");
const card = part("card");
const sentence = part("map-sentence");
const finger = matchMedia("(pointer: coarse)").matches;
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
// The places of this page of the list, with what the list says of them.
const onThisPage = new Map(Array.from(document.querySelectorAll(".people [data-shape]"), (line) => [
  line.querySelector("h3 a").pathname,
  { shape: line.dataset.shape, purpose: line.querySelector("div > p:not([class])")?.textContent || "" },
]));

let map;
let marks;
let shown = null; // what lies drawn: its zoom and the part of the world that was asked for
let whole = null; // the first look, to come back to
let gathering = false; // while everything is asked for
let scope = "all";
let asking = null;
let onScreen = null; // the look to come back to, while it is printed
let chosen = null;

function element(tag, text, name = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (name) made.className = name;
  return made;
}

function bring(tag, attributes) {
  return new Promise((loaded, failed) => {
    const made = Object.assign(document.createElement(tag), attributes, { onload: loaded, onerror: failed });
    document.head.append(made);
  });
}

const addressOf = (slug) => said.profile.replace("/_/", `/${encodeURIComponent(slug)}/`);

/* --- the card: what somebody chose --------------------------------------------------------------------------------- */

function showCard(names, title, mark) {
  closeCard();
  chosen = mark;
  mark.getElement()?.classList.add("chosen");
  const heading = part("card-title");
  heading.textContent = title;
  heading.hidden = !title;
  part("card-list").replaceChildren(...names.map(([name, slug]) => {
    const line = document.createElement("li");
    const link = element("a", name);
    link.href = addressOf(slug);
    line.append(link);
    const purpose = onThisPage.get(addressOf(slug))?.purpose;
    if (purpose && names.length === 1) line.append(element("p", purpose, "small"));
    return line;
  }));
  card.hidden = false;
  card.querySelector("a").focus({ preventScroll: true });
}

function closeCard() {
  card.hidden = true;
  chosen?.getElement()?.classList.remove("chosen");
  chosen = null;
}

part("card-close").addEventListener("click", () => {
  const back = chosen?.getElement();
  closeCard();
  (back || canvas).focus({ preventScroll: true });
});

root.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !card.hidden) part("card-close").click();
});

/* --- what is drawn -------------------------------------------------------------------------------------------------- */

/* A sign of the sprite: the same form as in the picture of the network. */
function shape(name) {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawn.setAttribute("class", `shape ${name}`);
  const used = document.createElementNS("http://www.w3.org/2000/svg", "use");
  used.setAttribute("href", `${said.sprite}#shape-${name}`);
  drawn.append(used);
  return drawn;
}

function mark(latitude, longitude, kind, label, text, onChoice, form = "") {
  const inside = document.createElement("span");
  inside.append(form ? shape(form) : element("span", text), element("span", label, "map-label"));
  inside.firstChild.setAttribute("aria-hidden", "true");
  const side = kind.startsWith("point") ? 28 : 44;
  const icon = window.L.divIcon({ className: `map-mark ${kind}`, html: inside, iconSize: [side, side] });
  const made = window.L.marker([latitude, longitude], { icon, riseOnHover: true });
  made.on("click", () => onChoice(made));
  made.on("keydown", ({ originalEvent }) => {
    if (originalEvent.key !== "Enter" && originalEvent.key !== " ") return;
    originalEvent.preventDefault();
    onChoice(made);
  });
  return made.addTo(marks);
}

function draw(view) {
  closeCard();
  const hadFocus = marks.getLayers().some((one) => one.getElement() === document.activeElement);
  marks.clearLayers();
  for (const [latitude, longitude, count, [west, south, east, north]] of view.groups) {
    const label = said.group.replace("{count}", count.toLocaleString(document.documentElement.lang));
    mark(latitude, longitude, "group", label, count.toLocaleString(document.documentElement.lang), () => {
      const closer = map.getBoundsZoom([[south, west], [north, east]]);
      map.setView([(south + north) / 2, (west + east) / 2], Math.max(closer, map.getZoom() + 1));
      canvas.focus({ preventScroll: true });
    });
  }
  for (const [latitude, longitude, names] of view.together) {
    const label = said.together.replace("{count}", names.length);
    mark(latitude, longitude, "group together", label, String(names.length), (made) => showCard(names, label, made));
  }
  for (const [latitude, longitude, name, slug] of view.points) {
    const form = onThisPage.get(addressOf(slug))?.shape || "";
    mark(latitude, longitude, form ? "point here" : "point", name, "", (made) => showCard([[name, slug]], "", made), form);
  }
  if (hadFocus) canvas.focus({ preventScroll: true });
}

function addressFor(look) {
  const asked = new URLSearchParams(said.query);
  if (scope === "page") asked.set("seite", said.page);
  for (const [name, value] of Object.entries(look)) asked.set(name, value);
  return `${said.points}?${asked}`;
}

async function ask(look) {
  asking?.abort();
  asking = new AbortController();
  const answer = await fetch(addressFor(look), { signal: asking.signal, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

function tell(placed) {
  const total = scope === "page" ? onThisPage.size : Number(said.total);
  const number = (count) => count.toLocaleString(document.documentElement.lang);
  if (!placed) sentence.textContent = said.none;
  else if (placed >= total) sentence.textContent = said.all;
  else sentence.textContent = said.some.replace("{placed}", number(placed)).replace("{total}", number(total));
}

/* Everything that the list finds, as large as it fits. */
async function lookAtAll() {
  gathering = true;
  const view = await ask({ breite: canvas.clientWidth, hoehe: canvas.clientHeight }).finally(() => { gathering = false; });
  shown = { zoom: view.zoom, bounds: null };
  whole = view.centre ? { centre: view.centre, zoom: view.zoom } : null;
  if (whole) map.setView(whole.centre, whole.zoom, { animate: false });
  draw(view);
  tell(view.placed);
}

/* After the map moved: the same as long as what is in sight is drawn at this zoom. What was asked for on the way to
   here comes too late then: it would be drawn for another zoom. */
async function lookAgain() {
  if (gathering || onScreen) return; // everything comes into sight in a moment, or the look comes back
  asking?.abort();
  if (shown && shown.zoom === map.getZoom() && (!shown.bounds || shown.bounds.contains(map.getBounds()))) return;
  const bounds = map.getBounds().pad(0.5);
  const sides = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  const zoom = map.getZoom();
  draw(await ask({ zoom, ausschnitt: sides.map((one) => one.toFixed(4)).join(",") }));
  shown = { zoom, bounds };
}

function carefully(action) {
  return async (...given) => {
    try {
      await action(...given);
    } catch (problem) {
      if (problem.name !== "AbortError") sentence.textContent = said.failed;
    }
  };
}

/* Which Quartier it is, on top of its outline and below the places. */
function nameOutline(name, bounds) {
  const place = [bounds.getNorth(), bounds.getCenter().lng];
  window.L.tooltip(place, { permanent: true, direction: "top", className: "map-name", pane: "shadowPane", opacity: 1 })
    .setContent(element("span", name))
    .addTo(map);
}

async function outlines() {
  const quartiere = new URLSearchParams(said.query).getAll("quartier").map((slug) => ["quartier", slug]);
  const answer = await fetch(`${said.outlines}?${new URLSearchParams(quartiere)}`);
  if (!answer.ok) throw new Error(answer.statusText);
  window.L.geoJSON(await answer.json(), {
    interactive: false,
    style: { className: "map-outline" },
    onEachFeature: (feature, layer) => nameOutline(feature.properties.name, layer.getBounds()),
  }).addTo(map);
}

/* --- on paper ------------------------------------------------------------------------------------------------------- */

/* Paper is not as wide as the screen: the places that are in sight come to its middle, further away if they must. */
function toPaper() {
  onScreen = { centre: map.getCenter(), zoom: map.getZoom() };
  const sight = map.getBounds();
  const places = marks.getLayers().map((one) => one.getLatLng()).filter((place) => sight.contains(place));
  canvas.classList.add("on-paper");
  map.invalidateSize({ animate: false });
  if (!places.length) return;
  const bounds = window.L.latLngBounds(places).pad(0.1);
  map.setView(bounds.getCenter(), Math.min(onScreen.zoom, map.getBoundsZoom(bounds)), { animate: false });
}

function toScreen() {
  if (!onScreen) return;
  canvas.classList.remove("on-paper");
  map.invalidateSize({ animate: false });
  const { centre, zoom } = onScreen;
  onScreen = null;
  map.setView(centre, zoom, { animate: false });
}

/* --- the start ------------------------------------------------------------------------------------------------------ */

part("needs-script").remove();

async function start() {
  await Promise.all([
    bring("link", { rel: "stylesheet", href: said.libraryStyle }),
    bring("link", { rel: "stylesheet", href: said.style }),
    bring("script", { src: said.library }),
  ]);
  part("map-tools").hidden = false;
  const L = window.L;
  map = L.map(canvas, {
    zoomControl: false,
    attributionControl: false,
    scrollWheelZoom: false, // whoever scrolls the page must not get stuck in the map
    dragging: !finger, // one finger moves the page, two move the map
    touchZoom: true,
    minZoom: 2,
    maxZoom: 18,
    zoomAnimation: !calm,
    fadeAnimation: !calm,
    markerZoomAnimation: !calm,
    inertia: !calm,
  });
  L.control.zoom({ position: "topright", zoomInTitle: said.zoomIn, zoomOutTitle: said.zoomOut }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  marks = L.layerGroup().addTo(map);
  map.setView([51, 10], 5, { animate: false });
  const drawn = outlines();
  await lookAtAll();
  // From here on somebody may press a button: the outlines, which are still on their way, must not keep her waiting.
  part("map-tools").hidden = !whole; // a map without a place only takes room; the sentence says why
  map.on("moveend", carefully(lookAgain));
  map.on("click", closeCard);
  addEventListener("beforeprint", toPaper);
  addEventListener("afterprint", toScreen);
  await drawn;
}

part("reset").addEventListener("click", () => {
  if (whole) map.setView(whole.centre, whole.zoom);
});

for (const button of root.querySelectorAll("[data-scope]")) {
  button.addEventListener("click", carefully(async () => {
    scope = button.dataset.scope;
    for (const one of root.querySelectorAll("[data-scope]")) one.setAttribute("aria-pressed", String(one === button));
    await lookAtAll();
  }));
}

part("load-tiles")?.addEventListener("click", (event) => {
  const L = window.L;
  L.tileLayer(said.tiles, { maxZoom: 18, referrerPolicy: "origin" }).addTo(map);
  const credit = element("span", said.attribution);
  L.control.attribution({ prefix: false, position: "bottomleft" }).addAttribution(credit.innerHTML).addTo(map);
  event.currentTarget.hidden = true;
  document.getElementById("karte-bilder").hidden = true;
  canvas.focus({ preventScroll: true });
});

/* Leaflet and the points are loaded for those who come near the map. */
const near = new IntersectionObserver((seen) => {
  if (!seen.some((one) => one.isIntersecting)) return;
  near.disconnect();
  carefully(start)();
}, { rootMargin: "300px" });
near.observe(root);
