import { SegmentedControl, useMantineColorScheme } from '@mantine/core'
import classes from './account.module.css'

export function Colours() {
  // Without `keepTransitions` Mantine writes a <style> element for a moment, which the page forbids.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true })
  return (
    <div className={classes.colours}>
      <SegmentedControl
        aria-label="Colours"
        value={colorScheme}
        onChange={(chosen) => setColorScheme(chosen as typeof colorScheme)}
        data={[
          { value: 'auto', label: 'System' },
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
        ]}
      />
      <p className={classes.about}>Kept in this browser. “System” follows the device, by day and by night.</p>
    </div>
  )
}
