import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { environmentOf, image, ROOT } from './image.ts'

type Service = {
  readonly build?: string
  readonly profiles?: readonly string[]
  readonly environment?: Record<string, string>
  readonly depends_on?: Record<string, { condition: string }>
  readonly deploy?: { replicas: number }
  readonly ports: readonly string[]
  readonly volumes: readonly string[]
  readonly healthcheck: { test: readonly string[] }
}

const text = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8')
const { services } = parse(await text('docker-compose.yml'), { merge: true }) as { services: Record<string, Service> }
const { conduit, replica, balancer } = services as Record<'conduit' | 'replica' | 'balancer', Service>
const [source = '', target] = balancer.volumes[0]?.split(':') ?? []
const settings = await text(source)
const setting = (name: string): string | undefined => new RegExp(`^\\s*${name} ([^;]+);`, 'm').exec(settings)?.[1]

test('the profile has three replicas, which differ from the one service in nothing but their ports', () => {
  const { profiles, deploy, ports, ...same } = replica
  expect([profiles, deploy, ports]).toEqual([['replicas'], { replicas: 3 }, []])
  const { ports: _published, ...service } = conduit
  expect(same).toEqual(service)
})

test('the balancer starts with the profile alone, once a replica is healthy', () => {
  expect([conduit.profiles, balancer.profiles]).toEqual([undefined, ['replicas']])
  expect(balancer.depends_on).toEqual({ replica: { condition: 'service_healthy' } })
})

test('the balancer has its configuration where nginx looks for it, and listens where it is reached', () => {
  expect(target).toBe('/etc/nginx/conf.d/default.conf')
  const listen = setting('listen')
  expect(balancer.ports).toEqual([`127.0.0.1:3080:${listen}`])
  expect(balancer.healthcheck.test.at(-1)).toBe(`http://127.0.0.1:${listen}/readyz`)
})

test('the balancer asks the replicas by their name, on the port of the image', () => {
  const [server] = setting('server')?.split(' ') ?? []
  expect(server).toBe(`replica:${environmentOf(image())['PORT']}`)
  expect(setting('proxy_pass')).toBe(`http://${/^upstream (\w+) /m.exec(settings)?.[1]}`)
})

test('the balancer holds back nothing of a stream, and waits longer than anybody may', () => {
  expect(setting('proxy_buffering')).toBe('off')
  expect(Number.parseInt(setting('proxy_read_timeout') ?? '', 10)).toBeGreaterThan(60)
  expect(setting('proxy_next_upstream')).not.toContain('non_idempotent')
})
