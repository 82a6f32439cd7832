/** Under Impact Pack 7's name: a property on every toggle that lets itself be set once, where nothing says it need not. */
import { app } from '../../scripts/app.js'

/** @type {boolean | undefined} */
let needless

/** @param {any} toggle */
function change(toggle) {
  const before = toggle.value
  if (Object.getOwnPropertyDescriptor(toggle, 'value')) return
  Object.defineProperty(toggle, 'value', {
    get: () => before,
    set(value) {
      delete toggle.value
      toggle.value = value === true || value === toggle.options.on
    },
  })
}

app.registerExtension({
  name: 'Comfy.impact.comboBoolMigration',
  nodeCreated(/** @type {any} */ node) {
    for (const widget of node.widgets ?? []) {
      needless ??= app.extensions.some((each) => each.name === 'Comfy.comboBoolMigration')
      if (!needless && widget.type === 'toggle') change(widget)
    }
  },
})
