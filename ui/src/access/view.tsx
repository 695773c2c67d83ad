import { PageHead } from '../parts/basics.tsx'
import { Tabs } from '../shell/tabs.tsx'
import { useMay, useMe } from '../shell/session.tsx'
import { texts } from '../texts.ts'
import { AuditTab } from './audit.tsx'
import { KeysTab } from './keys.tsx'
import { LimitsTab } from './limits.tsx'
import { SecretsTab } from './secrets.tsx'

const t = texts.access

/** Who may do what: keys, limits beside their use, secrets, and the audit log. */
export function AccessView() {
  const may = useMay()
  const { tenant } = useMe()
  return (
    <>
      <PageHead title={texts.nav.access} />
      <Tabs
        label={texts.nav.access}
        tabs={[
          { name: 'keys', label: t.keys, scope: 'admin', show: () => <KeysTab /> },
          { name: 'limits', label: t.limits, scope: 'admin', show: () => <LimitsTab tenant={tenant} /> },
          { name: 'secrets', label: t.secrets, scope: 'secrets:read', show: () => <SecretsTab /> },
          { name: 'audit', label: t.audit, scope: 'admin', show: () => <AuditTab /> },
        ].filter(({ scope }) => may(scope))}
      />
    </>
  )
}
