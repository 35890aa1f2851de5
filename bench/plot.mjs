// The ratios as a plot: a line for each measurement, a dot for each page, further to the left is better.
import { LINES, peersIn, ratio } from "./figures.mjs";
import { BASE } from "./peers.mjs";

const COLOURS = { page: "#0b6e4f", floor: "#9aa5a0", append: "#333333", windowed: "#1f6feb", react: "#d1495b", vue: "#e0912f", "leptos-effect": "#8e44ad", "leptos-frame": "#c39bd3" };
const LEFT = 380;
const RIGHT = 480;
const ROW = 26;
const TOP = 84;
const MARKS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50];
const [LEAST, MOST] = [0.015, 60];

const across = (ratio) => LEFT + (RIGHT * Math.log(Math.min(MOST, Math.max(LEAST, ratio)) / LEAST)) / Math.log(MOST / LEAST);
const text = (x, y, content, more = "") => `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${content.replaceAll("&", "&amp;")}</text>`;

/** The picture, as SVG. */
export function plot(measured) {
  const lines = LINES.filter((line) => line.plotted && ratio(measured, line, "page", BASE) !== null);
  const peers = peersIn(measured);
  const height = TOP + lines.length * ROW + 40;
  const width = LEFT + RIGHT + 30;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13" fill="#222222">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...legend(peers),
    ...MARKS.flatMap((mark) => scale(mark, height)),
    ...lines.flatMap((line, place) => dots(measured, peers, line, TOP + (place + 0.5) * ROW)),
    text(across(1), height - 8, "ratio to a page in plain JavaScript that appends a row a message: less is better", 'text-anchor="middle"'),
    "</svg>\n",
  ].join("\n");
}

function legend(peers) {
  return peers.flatMap(({ name, title }, place) => {
    const [x, y] = [20 + (place % 4) * 215, 24 + Math.floor(place / 4) * 24];
    return [circle(x, y, name), text(x + 12, y + 4, title)];
  });
}

function scale(mark, height) {
  const x = across(mark);
  const colour = mark === 1 ? "#777777" : "#e3e3e3";
  return [`<path d="M${x.toFixed(1)} ${TOP}V${height - 44}" stroke="${colour}"/>`, text(x, height - 28, String(mark), 'text-anchor="middle" fill="#666666"')];
}

function dots(measured, peers, line, y) {
  // Ours is drawn last, over the others.
  const sorted = peers.toSorted((a, b) => (a.name === "page") - (b.name === "page"));
  const ratios = sorted.map(({ name }) => [name, ratio(measured, line, name, BASE)]).filter(([, value]) => value !== null);
  return [text(LEFT - 16, y + 4, line.title.replace(/ \((ms|%|MiB)\)$/, ""), 'text-anchor="end"'), ...ratios.map(([name, value]) => circle(across(value), y, name))];
}

function circle(x, y, name) {
  return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${name === "page" ? 7 : 5}" fill="${COLOURS[name]}" stroke="#ffffff"/>`;
}
