// Moments in the reader's own time zone. The page says them in UTC, which stays in the title.
const locale = document.documentElement.lang || "en";
const date = new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, { dateStyle: "long" });
const time = new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, { dateStyle: "medium", timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const units = [
  ["minute", 60],
  ["hour", 3600],
  ["day", 86400],
];

function ago(moment) {
  const seconds = (moment - Date.now()) / 1000;
  const size = Math.abs(seconds);
  if (size < 60) return "just now";
  if (size > 30 * 86400) return date.format(moment);
  const [unit, length] = units.findLast(([, unitSeconds]) => size >= unitSeconds);
  return relative.format(Math.trunc(seconds / length), unit);
}

const forms = { date: (moment) => date.format(moment), time: (moment) => time.format(moment), ago };

function translate() {
  for (const element of document.querySelectorAll("time[data-local]")) {
    const moment = new Date(element.dateTime);
    const form = forms[element.dataset.local];
    if (form && !Number.isNaN(moment.valueOf())) element.textContent = form(moment);
  }
}

translate();
// A script that replaces a part of the page says so.
document.addEventListener("byline:shown", translate);
