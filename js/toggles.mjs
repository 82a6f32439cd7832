// @ts-check
/** Lets toggles open where Impact Pack 7 would stop them. */

/** Impact Pack's change of old values into on and off; it stands back where ComfyUI has one of its own, by this name. */
const THEIRS = 'Comfy.impact.comboBoolMigration'
const COMFYUIS = 'Comfy.comboBoolMigration'

/**
 * Tell Impact Pack 7 that old values need no change of its own. That change puts a property on every toggle that cannot
 * be taken away again, and then takes it away: "Cannot delete property 'value'". It does so where a widget's value is
 * not the widget's own property (front ends from about 1.45 to 1.57), and no graph with a toggle opens there, whether it
 * uses the pack or not. Impact Pack looks for the name once, when the first node is made; so this comes before that.
 * @param {any} app
 */
export function keepTogglesWhole(app) {
  const names = (app.extensions ?? []).map((/** @type {any} */ each) => each.name)
  if (names.includes(THEIRS) && !names.includes(COMFYUIS)) app.registerExtension({ name: COMFYUIS })
}
