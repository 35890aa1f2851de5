// The pages, in the order of the tables, and how to find things in them.
/** Where rows are, what is a row's text, and where one writes. */
const PLAIN = { rows: "#log", text: ".text", composer: "#composer" };

export const PEERS = [
  { name: "page", title: "this page", rows: "[role='log'] [role='list']", text: "[data-text]", composer: ".chat textarea", proved: true, query: { protocol: "json" } },
  { name: "floor", title: "counts only", source: "page.js", count: "#count" },
  { name: "append", title: "plain JS, appends", source: "page.js", ...PLAIN },
  { name: "windowed", title: "plain JS, windowed", source: "page.js", ...PLAIN, rows: "#rows" },
  { name: "react", title: "React + virtuoso", source: "page.jsx", ...PLAIN, rows: "[data-testid='virtuoso-item-list']" },
  { name: "vue", title: "Vue + VueUse", source: "page.js", ...PLAIN },
  { name: "leptos-effect", title: "Leptos + leptos-use, by effect", ...PLAIN },
  { name: "leptos-frame", title: "Leptos + leptos-use, by frame", ...PLAIN },
];

/** The page whose cost is 1 in the ratios. */
export const BASE = "append";
/** The page that draws a window, with no framework. */
export const WINDOWED = "windowed";
