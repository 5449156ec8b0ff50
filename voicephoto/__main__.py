from voicephoto.cli import main

main()
