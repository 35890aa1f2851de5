// The marks that a program makes of what it calls, in its memory.

/** Keeps what the page's program offers, its memory too. */
export async function keepPrograms(page) {
  await page.addInitScript(() => {
    window.programs = [];
    for (const name of ["instantiate", "instantiateStreaming"]) {
      const original = WebAssembly[name];
      WebAssembly[name] = async (...given) => {
        const made = await original.apply(WebAssembly, given);
        window.programs.push((made.instance ?? made).exports);
        return made;
      };
    }
  });
}

/** So many marks from there on, a byte each. */
export const marksOf = (page, first, count) =>
  page.evaluate(
    ([first, count]) => {
      const memory = Object.values(window.programs[0]).find((offered) => offered instanceof WebAssembly.Memory);
      return Array.from(new Uint8Array(memory.buffer, first, count));
    },
    [first, count],
  );
