// Starts the program. A file of its own, since the page's Content-Security-Policy allows no script inside the page.
//
// Trunk names the program's two files in the page's preload links, each with its hash.
const link = (selector) => document.head.querySelector(selector);

try {
  const { default: init } = await import(link('link[rel="modulepreload"]:not([href*="/snippets/"])').href);
  const { href, integrity } = link('link[rel="preload"][as="fetch"]');
  await init({ module_or_path: fetch(href, { integrity }) });
} catch (error) {
  // Else it would say that it is loading for ever.
  document.getElementById("loading")?.replaceChildren(`This page cannot start: ${error}`);
  throw error;
}
