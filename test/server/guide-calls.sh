# The calls of the original guide's section "API Endpoints", as they are printed there.

curl -X GET http://localhost:8080/api/status \
  -H "Cookie: session=YOUR_SESSION"

curl -X POST http://localhost:8080/api/sync/start \
  -H "Cookie: session=YOUR_SESSION"

curl -X POST http://localhost:8080/api/sync/stop \
  -H "Cookie: session=YOUR_SESSION"

curl -X POST http://localhost:8080/api/sync/pause \
  -H "Cookie: session=YOUR_SESSION"

curl -X POST http://localhost:8080/api/sync/resume \
  -H "Cookie: session=YOUR_SESSION"

curl -X GET http://localhost:8080/api/health
