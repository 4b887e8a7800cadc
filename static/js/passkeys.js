/* Passkeys: asks the device, puts its answer into the hidden field `credential`, sends the form.

   <form data-passkey="create|prove" data-question="…json…">        the question came with the page
   <form data-passkey="prove" data-question-at="/address/" hidden>  the question is fetched; the form shows itself when
                                                                    the browser knows passkeys

   The button comes `disabled`: a form sent before this listens would reach the server without an answer. */

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

const toText = (buffer) => {
  if (!buffer) return null;
  let text = "";
  for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

const withIds = (list = []) => list.map((entry) => ({ ...entry, id: toBytes(entry.id) }));

function answer(credential, response) {
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? null,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { clientDataJSON: toText(credential.response.clientDataJSON), ...response },
  });
}

/* A passkey that signs in on its own must live on the device and must ask for finger, face or PIN. */
function demands(selection, alone) {
  return {
    ...selection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    userVerification: alone ? "required" : selection?.userVerification ?? "preferred",
  };
}

async function create(form, { publicKey }) {
  const credential = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
      excludeCredentials: withIds(publicKey.excludeCredentials),
      authenticatorSelection: demands(publicKey.authenticatorSelection, form.elements.passwordless?.checked ?? false),
    },
  });
  return answer(credential, {
    attestationObject: toText(credential.response.attestationObject),
    transports: credential.response.getTransports?.() ?? [],
  });
}

async function prove(form, { publicKey }) {
  const credential = await navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      allowCredentials: withIds(publicKey.allowCredentials),
    },
  });
  return answer(credential, {
    authenticatorData: toText(credential.response.authenticatorData),
    signature: toText(credential.response.signature),
    userHandle: toText(credential.response.userHandle),
  });
}

async function question(form) {
  if (form.dataset.question) return JSON.parse(form.dataset.question);
  const response = await fetch(form.dataset.questionAt, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`No question for the device: ${response.status}`);
  return (await response.json()).request_options;
}

async function ask(form, trouble) {
  trouble.textContent = "";
  try {
    const work = form.dataset.passkey === "create" ? create : prove;
    form.elements.credential.value = await work(form, await question(form));
  } catch {
    trouble.textContent = trouble.dataset.refused;
    return;
  }
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const trouble = form.querySelector("[data-refused]");
  const button = form.querySelector("button:not([type=button])");
  if (window.PublicKeyCredential) {
    form.hidden = false;
    button.disabled = false;
    // A click and not `submit`: the form goes out only once the device has answered.
    button.addEventListener("click", (event) => {
      event.preventDefault();
      ask(form, trouble);
    });
  } else if (!form.hidden) {
    trouble.textContent = trouble.dataset.unknown;
  }
}
