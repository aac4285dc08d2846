// Passkeys: asks the device, puts its answer into the form and sends it. Without this file a code does the same.

const form = document.querySelector("form[data-passkey]");

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

// The server writes bytes as text; browsers want bytes.
const question = (publicKey) => ({
  ...publicKey,
  challenge: bytes(publicKey.challenge),
  ...(publicKey.user && { user: { ...publicKey.user, id: bytes(publicKey.user.id) } }),
  ...(publicKey.excludeCredentials && { excludeCredentials: known(publicKey.excludeCredentials) }),
  ...(publicKey.allowCredentials && { allowCredentials: known(publicKey.allowCredentials) }),
});

const answer = (credential) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
};

const tell = (problem) => {
  for (const notice of form.querySelectorAll("[data-problem]")) notice.hidden = notice.dataset.problem !== problem;
};
const isTold = (problem) => Boolean(form.querySelector(`[data-problem="${problem}"]`));

const ask = async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  const options = JSON.parse(document.getElementById("passkey-options").textContent);
  tell("");
  button.disabled = true;
  try {
    const credential = await navigator.credentials[form.dataset.passkey]({ publicKey: question(options.publicKey) });
    form.elements.credential.value = JSON.stringify(answer(credential));
    form.submit();
  } catch (error) {
    tell(isTold(error.name) ? error.name : "other");
    button.disabled = false;
  }
};

if (form && window.PublicKeyCredential) {
  form.querySelector("button").disabled = false;
  form.addEventListener("submit", ask);
} else if (form) {
  tell("unsupported");
}
