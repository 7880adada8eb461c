// Talking to the site: every answer is {ok, status, data}; a network that is away is status 0.
import { isStale, post, renewToken, token } from "../post.js";

export async function send(address, fields, { signal } = {}) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  try {
    const answer = await post(address, body, { signal, redirect: "manual" });
    const isJson = answer.headers.get("Content-Type")?.includes("json");
    const data = isJson ? await answer.json() : {};
    // A redirect means the log-in page: the answer cannot be read, and nothing was kept. A token that is still stale
    // means the same.
    const status = answer.type === "opaqueredirect" || isStale(answer.headers) ? 401 : answer.status;
    return { ok: answer.ok && isJson, status, data };
  } catch (failure) {
    return { ok: false, status: failure.name === "AbortError" ? -1 : 0, data: {} };
  }
}

export async function upload(...picture) {
  const answer = await uploadOnce(...picture);
  return answer.isStale && (await renewToken()) ? uploadOnce(...picture) : answer;
}

// Only this kind of request tells how far it is.
function uploadOnce(address, file, alt, onProgress) {
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
      const isStale = data.code === "stale-form";
      resolve({ ok: request.status === 201, status: request.status, data, isStale });
    });
    request.send(body);
  });
}
