// Starts the program. `cargo xtask build` puts this into the page, and the page's policy allows it by its hash.
//
// Trunk names the program's two files in the page's preload links.
const link = (selector) => document.head.querySelector(selector);

try {
  const { default: init } = await import(link('link[rel="modulepreload"]:not([href*="/snippets/"])').href);
  const { href, crossOrigin } = link('link[rel="preload"][as="fetch"]');
  // WebKit takes what was preloaded only where neither asks for CORS; what is fetched otherwise than it was preloaded comes twice.
  await init({ module_or_path: fetch(href, crossOrigin ? {} : { mode: "no-cors", credentials: "include" }) });
} catch (error) {
  // Else it would say that it is loading for ever.
  document.getElementById("loading")?.replaceChildren(`This page cannot start: ${error}`);
  throw error;
}
