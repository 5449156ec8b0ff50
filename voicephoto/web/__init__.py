"""The display: HTTP, WebSocket, page, access control."""
