// @ts-check
/** Which ads of a graph would be written without any facts. */
import { settingOf } from './source.mjs'

/** A node, and the subgraph nodes that lead to it. @typedef {{ node: any, hosts: any[] }} Place */

const COPY = 'AdCopyLLM'
const OFF = [2, 4] // muted, bypassed
const MOST_DEEP = 32

/**
 * The nodes that write copy and would run with neither a shop nor an offer; what another node feeds is not known.
 * @param {any} root the graph itself
 * @param {Set<string>} [parts] ids in it of the nodes that take part in the run; all where it is not given
 * @returns {Place[]}
 */
export function withoutFacts(root, parts) {
  return [...within(root, [])].filter(({ node, hosts }) => {
    const takesPart = !parts || parts.has(String((hosts[0] ?? node).id))
    return takesPart && node.type === COPY && ['shop', 'offer'].every((name) => isEmpty(node, name, hosts))
  })
}

/**
 * @param {any} graph
 * @param {any[]} hosts
 * @returns {Generator<Place>}
 */
function* within(graph, hosts) {
  for (const node of Array.isArray(graph?.nodes) ? graph.nodes : []) {
    if (!node || OFF.includes(node.mode)) continue
    if (!node.subgraph) yield { node, hosts }
    else if (hosts.length < MOST_DEEP) yield* within(node.subgraph, [...hosts, node])
  }
}

/**
 * @param {any} node
 * @param {string} name
 * @param {any[]} hosts
 */
function isEmpty(node, name, hosts) {
  const { value, linked } = settingOf(node, name, hosts)
  return !linked && typeof value === 'string' && !value.trim()
}
