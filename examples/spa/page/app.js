import { guise, showBanner } from "./guise.js";

const at = (id) => document.getElementById(id);
let token = sessionStorage.getItem("token");

async function call(method, path, body) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = "Bearer " + token;
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  const said = text ? JSON.parse(text) : {};
  at("said").textContent = answer.ok ? "" : said.detail || said.title;
  if (said.code === "impersonation-ended") await startAfresh(said.detail);
  return { ok: answer.ok, status: answer.status, body: said };
}

const impersonation = guise(call);

// It is over, by time or by somebody's order. All that the page knows may be the
// other person's, so it starts afresh.
async function startAfresh(why) {
  await impersonation.ended();
  sessionStorage.setItem("said", why);
  location.reload();
}

// show puts on the page what is so now. The banner comes first.
async function show() {
  const status = token ? await impersonation.status() : { ok: false };
  at("login").hidden = status.ok;
  at("mine").hidden = !status.ok;
  showBanner(status.ok ? status.body : { impersonating: false });
  if (!status.ok) return;
  at("me").textContent = status.body.user.name;
  const notes = await call("GET", "/api/notes");
  if (notes.ok) list("notes", notes.body.notes || [], (text) => document.createTextNode(text));
  at("support").hidden = status.body.impersonating || !status.body.user.superuser;
}

function list(id, items, made) {
  at(id).replaceChildren(...items.map((item) => {
    const line = document.createElement("li");
    line.append(made(item));
    return line;
  }));
}

function on(id, event, does) {
  at(id).addEventListener(event, (e) => {
    e.preventDefault();
    does(event === "submit" ? Object.fromEntries(new FormData(e.target)) : {});
  });
}

on("login", "submit", async (fields) => {
  const answer = await call("POST", "/api/login", fields);
  if (!answer.ok) return;
  token = answer.body.token;
  sessionStorage.setItem("token", token);
  show();
});

on("add", "submit", async (fields) => {
  if ((await call("POST", "/api/notes", fields)).ok) show();
});

on("find", "submit", async ({ q }) => {
  const found = await impersonation.find(q);
  if (found.ok) list("people", found.body.users.filter((user) => user.can_impersonate), button);
});

function button(user) {
  const made = document.createElement("button");
  made.textContent = user.name;
  made.addEventListener("click", async () => {
    if ((await impersonation.start(user.id)).ok) show();
  });
  return made;
}

on("leave", "click", async () => {
  if ((await impersonation.stop()).ok) show();
});

// Another tab of this browser may have left meanwhile.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) show();
});

await show();
at("said").textContent = sessionStorage.getItem("said") || "";
sessionStorage.removeItem("said");
