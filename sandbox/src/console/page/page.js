// Keeps an open page up to date, and sends its forms without leaving it. Fields are not in the parts that are
// replaced, so that what a person types stays.
const live = document.getElementById("live");

function report(text) {
  if (live.textContent !== text) live.textContent = text;
}

function update(html) {
  const next = new DOMParser().parseFromString(html, "text/html");
  const parts = (page) => [...page.querySelectorAll(".live")];
  const ids = (page) => parts(page).map((part) => part.id).join();
  // A reset can bring other projects.
  if (ids(document) !== ids(next)) return location.reload();
  for (const open of document.querySelectorAll("details[open]")) {
    next.getElementById(open.id)?.setAttribute("open", "");
  }
  const focused = document.activeElement?.id;
  for (const part of parts(next)) {
    const shown = document.getElementById(part.id);
    if (shown.innerHTML !== part.innerHTML) shown.replaceWith(part);
  }
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

// How many forms have been sent. What was requested before a form was sent is out of date.
let sent = 0;

async function refresh() {
  if (document.hidden) return;
  const before = sent;
  try {
    const html = await (await fetch("/")).text();
    if (sent === before) update(html);
    report("Live");
  } catch {
    report("The sandbox does not respond.");
  }
}

document.addEventListener("submit", async (event) => {
  event.preventDefault();
  sent += 1;
  const { target: form, submitter } = event;
  try {
    const body = new URLSearchParams(new FormData(form, submitter));
    update(await (await fetch("/", { method: "POST", body })).text());
  } catch {
    report("The sandbox does not respond.");
  }
});

setInterval(refresh, 1000);
refresh();
