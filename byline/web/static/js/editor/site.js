// Talking to the site: every answer is {ok, status, data}; a network that is away is status 0.
import { renewToken, token } from "../token.js";

export async function send(address, fields, options = {}) {
  const answer = await sendOnce(address, fields, options);
  if (answer.data.code !== "stale-form") return answer;
  const renewed = await renewToken().catch(() => false);
  return renewed ? sendOnce(address, fields, options) : { ...answer, status: 401 };
}

async function sendOnce(address, fields, { signal }) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) if (name !== "csrf_token") body.append(name, value);
  const headers = { Accept: "application/json", "X-CSRFToken": token() };
  try {
    const answer = await fetch(address, { method: "POST", body, headers, signal, redirect: "manual" });
    const isJson = answer.headers.get("Content-Type")?.includes("json");
    const data = isJson ? await answer.json() : {};
    // A redirect means the log-in page: the answer cannot be read, and nothing was kept.
    const status = answer.type === "opaqueredirect" ? 401 : answer.status;
    return { ok: answer.ok && isJson, status, data };
  } catch (failure) {
    return { ok: false, status: failure.name === "AbortError" ? -1 : 0, data: {} };
  }
}

export function upload(address, file, alt, onProgress) {
  return new Promise((resolve) => {
    const body = new FormData();
    body.append("file", file, file.name || "picture");
    body.append("alt", alt);
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token());
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener("loadend", () => {
      const data = request.response ?? {};
      resolve({ ok: request.status === 201, status: request.status, data });
    });
    request.send(body);
  });
}
