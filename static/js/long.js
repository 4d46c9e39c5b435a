// Settings to an address of ours: in it as long as they are short, else in the body. Servers refuse a first line of 4 kB.
export const LONG_ADDRESS = 3000;

export function toServer(address, query, token, signal) {
  const headers = { Accept: "application/json" };
  if (query.length <= LONG_ADDRESS) return fetch(`${address}?${query}`, { signal, headers });
  const body = new URLSearchParams(query);
  return fetch(address, { method: "POST", body, signal, headers: { ...headers, "X-CSRFToken": token } });
}
