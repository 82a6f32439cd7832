// @ts-check
/** Entry of Fit-AD's editor extension. ComfyUI imports every .js it finds, so all else is .mjs. */
// @ts-expect-error served by ComfyUI, not part of this repository
import { app } from '../../scripts/app.js'
// @ts-expect-error served by ComfyUI, not part of this repository
import { api } from '../../scripts/api.js'
import { checkExtension } from './check/attach.mjs'
import { attachCopyPanel, showCopy } from './copy_panel.mjs'
import { attachCutout, showVerdict } from './cutout/attach.mjs'
import { markMissing } from './engine_labels.mjs'
import { localeOf } from './hooks.mjs'
import { attachPartsPanel, showParts } from './parts_panel.mjs'
import { attachPlacer } from './placer/attach.mjs'
import { attachPromptCounter } from './prompt_counter.mjs'
import { bringSamples } from './sample_photo.mjs'
import { Server } from './server.mjs'
import { settingsOf } from './settings/page.mjs'
import { keepTogglesWhole } from './toggles.mjs'

const server = new Server({ app, api })
const host = { app, api: server }
server.listen()

app.registerExtension({
  name: 'FitAD',
  settings: settingsOf(host),

  init() {
    keepTogglesWhole(app)
  },

  async setup() {
    await server.learn()
  },

  /** A template's sample photo has to be in the input folder before its LoadImage node is made. */
  async beforeConfigureGraph(/** @type {unknown} */ graph) {
    await bringSamples(graph, api, () => app.refreshComboInNodes())
  },

  nodeCreated(/** @type {any} */ node) {
    if (node.comfyClass === 'AdCopyLLM') attachPartsPanel(node, { app })
    if (node.comfyClass === 'AdSave') attachCopyPanel(node, { app })
    if (node.comfyClass === 'AdCutout') attachCutout(node, host)
    if (node.comfyClass === 'AdCutout') markMissing(node, 'engine', localeOf(app))
    if (node.comfyClass === 'TextPlacer') attachPlacer(node, host)
    if (node.comfyClass === 'PromptClamp77') attachPromptCounter(node, host)
  },

  /** After a tab switch or a reload the outputs are there again, but no node has run. */
  afterConfigureGraph() {
    for (const node of app.graph?.nodes ?? []) {
      const output = app.nodeOutputs?.[node.id]
      showCopy(node, output)
      showParts(node, output)
      showVerdict(node, output)
    }
  },
})

app.registerExtension(checkExtension(host))
