// The table of contents beside a text marks where the reader is.
const links = new Map();
for (const link of document.querySelectorAll(".toc a")) {
  const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (heading) links.set(heading, link);
}

function mark() {
  const headings = [...links.keys()];
  const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 4);
  const here = passed.at(-1);
  for (const [heading, link] of links) {
    if (heading === here) link.ariaCurrent = "location";
    else link.removeAttribute("aria-current");
  }
}

if (links.size) {
  let waiting = false;
  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  };
  addEventListener("scroll", later, { passive: true });
  mark();
}
