/** What the program is asked over HTTP. */

/** The JSON of its answer, null where that is empty; throws an Error with a sentence for a person. */
export async function call(method, path, body) {
  const answer = await fetch(path, {
    method,
    cache: "no-store",
    ...(body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
  }).catch(() => null);
  if (answer === null) throw new Error("The server cannot be reached. Is this device on its network?");
  if (answer.status === 204) return null;
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.error ?? `The server answered with ${answer.status}.`);
  return said;
}
