// Passkeys: ask the browser for one, then send its answer as an ordinary form.
// Forms with data-passkey-log-in or data-passkey-new stay hidden where the browser has none.
import { post } from "./post.js";

const able = "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;

async function optionsFrom(address, form) {
  const answer = await post(address, new FormData(form));
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.detail || "That did not work. Try once more.");
  return told;
}

async function request(form) {
  const told = await optionsFrom(form.dataset.passkeyLogIn, form);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(told);
  return navigator.credentials.get({ publicKey });
}

async function create(form) {
  const told = await optionsFrom(form.dataset.passkeyNew, form);
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(told);
  return navigator.credentials.create({ publicKey });
}

function sentenceOf(error) {
  if (error.name === "NotAllowedError") return "No passkey was used. Try once more, or go on without one.";
  if (error.name === "InvalidStateError") return "This device has a passkey for your account already.";
  if (error.name === "SecurityError") return "The browser does not allow passkeys at this address.";
  return error.message;
}

function attend(form, ask) {
  const shown = form.querySelector("[data-passkey-error]");
  const remember = document.querySelector('input[type="checkbox"][name="remember"]');
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    shown.hidden = true;
    try {
      const key = await ask(form);
      form.elements.credential.value = JSON.stringify(key.toJSON());
      if (remember && form.elements.remember) form.elements.remember.value = remember.checked ? "y" : "";
      form.submit();
    } catch (error) {
      shown.textContent = sentenceOf(error);
      shown.hidden = false;
    }
  });
}

if (able) {
  for (const form of document.querySelectorAll("[data-passkey-log-in]")) {
    form.hidden = false;
    attend(form, request);
  }
  for (const form of document.querySelectorAll("[data-passkey-new]")) attend(form, create);
  for (const part of document.querySelectorAll("[data-passkey-part]")) part.hidden = false;
}
