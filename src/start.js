// Starts the program. A file of its own, since the page's Content-Security-Policy allows no script inside the page.
//
// Trunk names the program's two files in the page's preload links.
const link = (selector) => document.head.querySelector(selector);

try {
  const { default: init } = await import(link('link[rel="modulepreload"]:not([href*="/snippets/"])').href);
  await init({ module_or_path: fetch(link('link[rel="preload"][as="fetch"]').href) });
} catch (error) {
  // Else it would say that it is loading for ever.
  document.getElementById("loading")?.replaceChildren(`This page cannot start: ${error}`);
  throw error;
}
