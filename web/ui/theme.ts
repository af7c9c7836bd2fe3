import { createTheme, Modal } from '@mantine/core'

/**
 * Mantine at its defaults, with two rules that come from the Content-Security-Policy (`style-src 'self'`): nothing may
 * write a <style> element. So the variables are those of default-css-variables.css and theme.css and not made at run time,
 * and layout that depends on the width is CSS of our own: no `Grid`, `SimpleGrid`, `AppShell`, `Flex`, no `hiddenFrom`, no
 * responsive values such as `w={{ base: …, sm: … }}`.
 */
export const theme = createTheme({
  respectReducedMotion: true,
  components: {
    // Locking the scroll writes a <style> element too. A dialog's <header> lies outside of any section: without a role it
    // would count as the banner of the whole page.
    Modal: Modal.extend({
      defaultProps: { lockScroll: false, centered: true, attributes: { header: { role: 'presentation' } } },
    }),
    Drawer: { defaultProps: { lockScroll: false } },
  },
})
