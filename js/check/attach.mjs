// @ts-check
/** "Check graph" in the editor: a command with its key and menu entry, a side panel, and a guard before the queue. */
import { Checker } from './checker.mjs'
import { Guard } from './guard.mjs'
import { Panel } from './panel.mjs'

const COMMAND = 'fit_ad.check-graph'
const TAB = 'fit_ad.check'
const SETTING = 'fit_ad.validate.before-queue'
const MENU = 'Fit-AD'
const LABEL = 'Check graph'
const ICON = 'pi pi-list-check'

/** What "Check graph" is made of, once the editor stands. */
class Check {
  /** @param {{ app: any, api: any }} host */
  constructor(host) {
    this.manager = host.app.extensionManager
    this.checker = new Checker(host)
    this.guard = new Guard(this.checker, () => this.wanted, () => this.open())
    const setting = { get: () => this.wanted, set: (/** @type {boolean} */ on) => this.manager.setting.set(SETTING, on) }
    this.panel = new Panel(this.checker, setting)
    this.manager.registerSidebarTab({
      id: TAB,
      icon: ICON,
      title: LABEL,
      tooltip: LABEL,
      type: 'custom',
      render: (/** @type {HTMLElement} */ container) => this.panel.mount(container),
      destroy: () => this.panel.unmount(),
    })
  }

  /** Whether graphs are checked before they are queued. */
  get wanted() {
    return this.manager.setting.get(SETTING) === true
  }

  open() {
    const { sidebarTab } = this.manager
    if (sidebarTab.activeSidebarTabId !== TAB) sidebarTab.toggleSidebarTab(TAB)
  }

  async run() {
    this.open()
    await this.checker.check()
    this.panel.title?.focus()
  }
}

/**
 * The extension, as ComfyUI registers it. Its words come in other languages from locales/.
 * @param {{ app: any, api: any }} host
 */
export function checkExtension(host) {
  /** @type {Check | undefined} */
  let check
  return {
    name: 'FitAD.Check',
    commands: [{ id: COMMAND, label: LABEL, icon: ICON, function: () => check?.run() }],
    // On a Mac, Alt and K together type a ring.
    keybindings: ['k', '˚'].map((key) => ({ combo: { key, alt: true }, commandId: COMMAND })),
    menuCommands: [{ path: [MENU], commands: [COMMAND] }],
    settings: [
      {
        id: SETTING,
        category: [MENU, LABEL, 'before-queue'],
        name: 'Check graphs before queueing',
        tooltip: 'Asks before it queues a graph that would stop with an error.',
        type: 'boolean',
        defaultValue: false,
      },
    ],
    setup() {
      check = new Check(host)
      check.guard.stand()
    },
    afterConfigureGraph() {
      check?.checker.look()
    },
  }
}
