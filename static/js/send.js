// One request at a time, and what it may meet with: a lost connection is waited out, a refusal comes with its sentence.
const ANSWER_AFTER = 300_000; // joining a hundred gigabytes in a bucket takes minutes
const QUIET_AFTER = 60_000; // no byte went out for so long: the line is dead, whatever the system thinks
const UNFORESEEN = "Something went wrong with this file. Take it off the list, or reload the page and choose it again.";

// Tried again, for as long as it takes.
export class Lost extends Error {
  constructor(answered = false) {
    super();
    this.answered = answered; // the line is fine, and the server is not
  }
}

export class Stopped extends Error {} // paused, or taken off the list

export class Refused extends Error {
  constructor(status, sentence) {
    super(sentence || UNFORESEEN);
    this.status = status;
  }
}

const passes = (status) => status === 408 || status === 429 || status >= 500;

export async function ask(url, token, { json, form } = {}) {
  const headers = { Accept: "application/json", "X-CSRFToken": token };
  if (json) headers["Content-Type"] = "application/json";
  let answer;
  try {
    const body = json ? JSON.stringify(json) : form;
    answer = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(ANSWER_AFTER) });
    if (passes(answer.status)) throw new Lost(true);
    if (!answer.ok) throw new Refused(answer.status, sentenceIn(await answer.text()));
    return answer.status === 204 || answer.redirected ? { url: answer.url } : await answer.json();
  } catch (error) {
    throw error instanceof Refused || error instanceof Lost ? error : new Lost();
  }
}

// With XMLHttpRequest, because fetch does not tell how much has gone out.
export function put(url, body, { token, went, stop }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let quiet = 0;
    const heard = () => {
      clearTimeout(quiet);
      quiet = setTimeout(() => request.abort(), QUIET_AFTER);
    };
    const over = (settle) => () => {
      clearTimeout(quiet);
      stop.removeEventListener("abort", abort);
      settle();
    };
    const abort = () => request.abort();
    stop.addEventListener("abort", abort);
    request.upload.addEventListener("progress", (event) => {
      heard();
      went(event.loaded);
    });
    request.addEventListener("load", over(() => {
      if (request.status < 300) resolve();
      else if (passes(request.status)) reject(new Lost(true));
      else reject(new Refused(request.status, sentenceIn(request.responseText)));
    }));
    request.addEventListener("error", over(() => reject(new Lost())));
    request.addEventListener("abort", over(() => reject(stop.aborted ? new Stopped() : new Lost())));
    request.open("PUT", url);
    if (url.startsWith("/")) {
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", token);
    }
    heard();
    request.send(body);
  });
}

function sentenceIn(text) {
  try {
    return JSON.parse(text).sentence;
  } catch {
    return "";
  }
}
