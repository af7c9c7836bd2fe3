import { SegmentedControl, useMantineColorScheme } from '@mantine/core'

/** Light, dark, or as the device is. Kept in this browser. */
export function ColourScheme({ compact = false }: { compact?: boolean }) {
  // Without `keepTransitions` Mantine writes a <style> element for a moment, which the page forbids.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true })
  return (
    <SegmentedControl
      fullWidth={compact}
      size={compact ? 'xs' : 'sm'}
      aria-label="Colours"
      value={colorScheme}
      onChange={(chosen) => setColorScheme(chosen as typeof colorScheme)}
      data={[
        { value: 'auto', label: 'System' },
        { value: 'light', label: 'Light' },
        { value: 'dark', label: 'Dark' },
      ]}
    />
  )
}
