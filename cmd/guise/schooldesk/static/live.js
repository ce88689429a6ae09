// The page /lab/live: what comes over two connections that stay open, and when
// they are closed. Neither is opened again: whoever comes back after the end of
// an impersonation is somebody else, on a page that was made for the customer.
"use strict";

function card(id) {
  const element = document.getElementById(id);
  const say = (part, text) => { element.querySelector(part).textContent = text; };
  const now = () => new Date().toLocaleTimeString();
  let closed = false;
  return {
    opened: () => say(".state", `Open since ${now()}.`),
    came: (text) => say(".last", text),
    closed: () => {
      if (!closed) say(".state", `Closed at ${now()}.`);
      closed = true;
    },
  };
}

const events = card("events");
const source = new EventSource("/events");
source.onopen = events.opened;
source.onmessage = (message) => {
  const { number, name, email } = JSON.parse(message.data);
  events.came(`Event ${number}, for ${name} (${email}).`);
};
source.onerror = () => {
  source.close();
  events.closed();
};

const echo = card("socket");
const scheme = location.protocol === "https:" ? "wss" : "ws";
const socket = new WebSocket(`${scheme}://${location.host}/ws`);
let sent = 0, timer;
socket.onopen = () => {
  echo.opened();
  socket.send(`hello ${++sent}`);
  timer = setInterval(() => socket.send(`hello ${++sent}`), 1000);
};
socket.onmessage = (message) => echo.came(`It said “${message.data}”.`);
socket.onclose = () => {
  clearInterval(timer);
  echo.closed();
};
