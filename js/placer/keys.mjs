// @ts-check
/** Keys on the stage. What is handled here goes no further; everything else is ComfyUI's. */

/** @typedef {import('./editor.mjs').Editor} Editor */

const STEP_PX = 1
const FAR_PX = 10
const STEP_DEG = 1
const FAR_DEG = 15
const ZOOM_STEP = 1.25
const SIZE_STEP = 1.01
const FAR_SIZE_STEP = 1.1
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
/** @type {Record<string, number>} */
const TURNS = { ',': -1, '<': -1, '.': 1, '>': 1 }
/** @type {Record<string, number>} */
const SIZES = { '[': -1, '{': -1, ']': 1, '}': 1 }
const MODIFIERS = ['Shift', 'Alt', 'Control', 'Meta']

/** @param {Editor} editor */
export function listenToKeys(editor) {
  const { stage, root } = editor.view
  stage.addEventListener('keydown', (event) => {
    if (event.target !== stage) return
    if (MODIFIERS.includes(event.key)) editor.pointer.drag(event)
    if (!act(editor, event)) return
    event.preventDefault()
    event.stopPropagation()
  })
  stage.addEventListener('keyup', (event) => {
    if (MODIFIERS.includes(event.key)) editor.pointer.drag(event)
  })
  // With the focus on a button undo is the editor's as well.
  root.addEventListener('keydown', (event) => {
    if (event.target === stage || !(event.ctrlKey || event.metaKey) || !shortcut(editor, event)) return
    event.preventDefault()
    event.stopPropagation()
  })
}

/**
 * @param {Editor} editor
 * @param {KeyboardEvent} event
 * @returns {boolean} whether the key meant something here
 */
function act(editor, event) {
  if (event.key === 'Escape') return escape(editor)
  // Keyboards that have brackets on AltGr say Ctrl and Alt with them.
  const typed = event.getModifierState('AltGraph')
  if (!typed && (event.ctrlKey || event.metaKey)) return shortcut(editor, event) || resize(editor, event)
  if (!typed && event.altKey) return false
  // Deleting is for what is selected in the graph, and that is not what has the focus.
  if (event.key === 'Delete' || event.key === 'Backspace') return true
  if (!editor.reply) return false
  return nudge(editor, event) || turn(editor, event) || scale(editor, event) || look(editor, event) || suggested(editor, event)
}

/** @param {Editor} editor */
function escape({ pointer }) {
  if (!pointer.busy) return false
  pointer.cancel()
  return true
}

/**
 * @param {Editor} editor
 * @param {KeyboardEvent} event
 */
function shortcut(editor, { key, shiftKey, altKey }) {
  const letter = key.toLowerCase()
  if (altKey || (letter !== 'z' && letter !== 'y')) return false
  if (editor.pointer.busy) return true
  const forth = letter === 'y' || shiftKey
  if (forth) editor.redo()
  else editor.undo()
  return true
}

/**
 * @param {Editor} editor
 * @param {KeyboardEvent} event
 */
function nudge(editor, { key, shiftKey }) {
  const way = ARROWS[key]
  if (!way) return false
  const px = shiftKey ? FAR_PX : STEP_PX
  if (!editor.pointer.busy) editor.nudge([way[0] * px, way[1] * px])
  return true
}

/**
 * Ctrl and an arrow move the right or the lower side.
 * @param {Editor} editor
 * @param {KeyboardEvent} event
 */
function resize(editor, { key, shiftKey, altKey }) {
  const way = ARROWS[key]
  if (!way || altKey || !editor.reply) return false
  const by = (way[0] + way[1]) * (shiftKey ? FAR_PX : STEP_PX)
  if (!editor.pointer.busy) editor.resize(way[0] ? 'e' : 's', by)
  return true
}

/**
 * @param {Editor} editor
 * @param {KeyboardEvent} event
 */
function scale(editor, { key }) {
  const way = SIZES[key]
  if (!way) return false
  const step = key === '{' || key === '}' ? FAR_SIZE_STEP : SIZE_STEP
  if (!editor.pointer.busy) editor.scale(step ** way)
  return true
}

/**
 * @param {Editor} editor
 * @param {KeyboardEvent} event
 */
function turn(editor, { key, shiftKey }) {
  if (!TURNS[key]) return false
  if (!editor.pointer.busy) editor.turn(TURNS[key] * (shiftKey ? FAR_DEG : STEP_DEG))
  return true
}

/**
 * @param {Editor} editor
 * @param {KeyboardEvent} event
 */
function look(editor, { key }) {
  if (key === '+' || key === '=') editor.zoom(ZOOM_STEP)
  else if (key === '-' || key === '_') editor.zoom(1 / ZOOM_STEP)
  else if (key === '0') editor.fit()
  else if (key === 'PageUp' || key === 'PageDown') editor.page(key === 'PageUp' ? -1 : 1)
  else return false
  return true
}

/**
 * @param {Editor} editor
 * @param {KeyboardEvent} event
 */
function suggested(editor, { key }) {
  const index = Number(key) - 1
  if (!editor.reply?.ghosts[index]) return false
  if (!editor.pointer.busy) editor.takeGhost(index)
  return true
}
