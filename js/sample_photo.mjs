// @ts-check
/** Brings a template's sample photo into ComfyUI's input folder, so that a first run needs no upload. */
import { samplesIn } from './lib/samples.mjs'

/**
 * Upload the pack's sample photos that the graph loads and the input folder lacks. A failure only leaves
 * the LoadImage node without its picture, as it would be without this.
 * @param {unknown} graph
 * @param {import('./hooks.mjs').Api} api
 * @param {() => Promise<unknown>} refresh lets the editor learn which files there are now
 */
export async function bringSamples(graph, api, refresh) {
  for (const name of samplesIn(graph)) {
    try {
      if (await isThere(name, api)) continue
      await upload(name, api)
      await refresh()
    } catch (error) {
      console.warn(`Fit-AD: the sample photo ${name} could not be brought to the input folder`, error)
    }
  }
}

/**
 * @param {string} name
 * @param {import('./hooks.mjs').Api} api
 */
async function isThere(name, api) {
  const answer = await api.fetchApi(`/view?filename=${encodeURIComponent(name)}&type=input`, { method: 'HEAD' })
  return answer.ok
}

/**
 * @param {string} name
 * @param {import('./hooks.mjs').Api} api
 */
async function upload(name, api) {
  const photo = await fetch(new URL(`./assets/${name}`, import.meta.url))
  if (!photo.ok) throw new Error(`the pack's own copy answered ${photo.status}`)
  const form = new FormData()
  form.append('image', await photo.blob(), name)
  const answer = await api.fetchApi('/upload/image', { method: 'POST', body: form })
  if (!answer.ok) throw new Error(`the upload answered ${answer.status}`)
}
