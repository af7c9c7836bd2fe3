/**
 * A `ceph.conf` for the smallest cluster: one monitor, one OSD that keeps everything in memory, one gateway. All of it stays
 * below one folder and on loopback, so that it needs no root and leaves nothing behind.
 */
export function cephConf({ folder, fsid, monitorPort, gatewayPort }) {
    return `[global]
fsid = ${fsid}
mon host = [v2:127.0.0.1:${monitorPort}]
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv4 = true

# Nobody but us can reach it, so nobody has to sign in; the gateway would insist on an encrypted link to the monitor.
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
keyring = /dev/null

mon data = ${folder}/mon
osd data = ${folder}/osd
rgw data = ${folder}/rgw
run dir = ${folder}
crash dir = ${folder}
admin socket =

log to stderr = true
log file =
mon cluster log file =
debug rocksdb = 0
debug memstore = 0

# The many small decisions at the start are taken at once instead of once a second: ready in 3 seconds, not in 11.
paxos propose interval = 0.05

osd objectstore = memstore
memstore device bytes = 8589934592
osd max object name len = 2048

# One copy on one OSD is all there is.
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 2000

# Without nodelay each small answer waits 40 ms.
rgw frontends = beast endpoint=127.0.0.1:${gatewayPort} tcp_nodelay=1
rgw dns name = localhost
`;
}
