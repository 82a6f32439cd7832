// @ts-check
/** Which sample photos a template's LoadImage nodes ask for. */

/** Photos that come with the pack, by the file name that templates use. */
export const SAMPLES = Object.freeze(['fit-ad-coffee.jpg'])

/**
 * List the pack's sample photos that the graph loads. A saved graph is untrusted: anything odd is passed over.
 * @param {unknown} graph
 * @returns {string[]}
 */
export function samplesIn(graph) {
  const nodes = /** @type {{ nodes?: unknown } | null | undefined} */ (graph)?.nodes
  if (!Array.isArray(nodes)) return []
  const values = nodes
    .filter((node) => node?.type === 'LoadImage' && Array.isArray(node.widgets_values))
    .map((node) => node.widgets_values[0])
  return SAMPLES.filter((name) => values.includes(name))
}
